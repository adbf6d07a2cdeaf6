"""MT940 (SWIFT): what banks hand out as text, often named .sta or .940."""
