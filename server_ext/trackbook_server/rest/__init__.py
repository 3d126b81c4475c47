"""The REST API: one module a subject, each with its handlers and its routes."""
