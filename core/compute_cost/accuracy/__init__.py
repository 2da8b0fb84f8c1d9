"""How far the predictions miss published figures."""
