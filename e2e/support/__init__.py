"""What the end-to-end tests stand on: images, containers, servers, home folders."""
