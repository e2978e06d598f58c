"""Collections of features as the standards speak of them: what is in them, how they are asked and answered."""
