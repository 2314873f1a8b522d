"""Callback receivers for web frameworks: ``django``, ``flask``, ``starlette`` (also FastAPI)."""
