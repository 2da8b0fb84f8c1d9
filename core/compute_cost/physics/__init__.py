"""How long a step of training or serving takes, and what it holds in memory: formulas, no estimates."""
