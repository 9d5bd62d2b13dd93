"""What the bytes of a picture say, without decoding a pixel."""
