"""Pictures of layers and models."""
