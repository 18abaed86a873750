"""What letters, notices and closing sheets say: pure, from the facts of a case or an inquiry to a document."""
