"""What can be asked: a function for each operation of the API, which makes the request as a value."""
