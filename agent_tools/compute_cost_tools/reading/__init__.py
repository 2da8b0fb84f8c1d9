"""The offline reader in its parts: pieces of text, numbers, names, phrases, meaning, slots."""
