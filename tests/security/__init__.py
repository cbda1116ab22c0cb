"""What an attacker would try: fuzz, headers, mutants of the access rules, written attempts, ASVS rows."""
