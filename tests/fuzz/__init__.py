"""What is thrown at the package, and what must be true of whatever comes back.

Each target is a module with a ``fuzz_one(data)``, which makes something of any bytes and asserts
what is true of it, and with ``SEEDS``, bytes to begin with. ``run_fuzz.py`` throws bytes at them,
guided by coverage; test_fuzz.py throws a few at each.

What they make of the bytes is made by ``values``, cut anew by ``recuts``, and held to
``definition``.
"""
