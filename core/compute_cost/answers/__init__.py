"""Answers about answers: look-up, explanation, tables and random draws."""
