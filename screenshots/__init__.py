"""The pictures of the documents, and the script that draws them from real runs."""
