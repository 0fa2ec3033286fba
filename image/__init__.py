"""What the image is made of beside its Dockerfile: lists of packages, and what is left out of them."""
