"""The sample workbooks, one module each: a function `build(book)` and what the book is called."""
