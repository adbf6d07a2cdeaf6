"""CAMT.053 and CAMT.052 (ISO 20022): what European banks hand out as XML."""
