"""The Dutch and English text of every alert, paper and refusal."""
