"""The review app: FastAPI outside, Dash inside, one service layer."""
