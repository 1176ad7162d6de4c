"""The partners: what they are asked, the contract they answer to, and what may go wrong on the way."""
