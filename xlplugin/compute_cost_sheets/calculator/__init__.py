"""The estimates in a browser: one component that asks a question and shows its answer, and the folder that anyone can host.

Its homes are a page of its own (`compute-cost site`), the landing page of the documentation and the pane in Excel. What it asks is
answered by core: by Pyodide in a worker of the page, or by a server.
"""
