"""The estimates as tools for assistants: schemas, calls, an MCP server and a reader of questions."""
