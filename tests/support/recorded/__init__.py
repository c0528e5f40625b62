"""Running programs natively, recorded and replayed, and comparing what they did."""
