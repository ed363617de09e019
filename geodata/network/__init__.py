"""The rail network: minutes from station to station, what they reach, and what would change them."""
