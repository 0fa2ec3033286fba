"""The proof of exactly once: real processes, killed and lied to, on the real embedded catalog and a real Nessie."""
