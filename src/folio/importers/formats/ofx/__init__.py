"""OFX and QFX, of version 1 (SGML) and 2 (XML): what banks and brokers hand out."""
