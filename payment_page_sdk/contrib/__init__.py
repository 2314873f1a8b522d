"""Receivers of callbacks for web frameworks: ``django``, ``flask``, ``starlette`` (and FastAPI)."""
