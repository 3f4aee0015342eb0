"""What the product remembers: the tables are the truth, Redis only wakes us. Imports nothing else of ours."""
