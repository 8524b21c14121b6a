"""Executes a notebook: SOURCE OUTPUT KERNEL TIMEOUT (seconds for each cell, 0 for no limit).

The kernel works in the source's folder, so that deno.json is found. OUTPUT is written even when a
cell fails, up to and with its error. Exit code 1 then; the error is in the notebook.
"""

import os
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

source, output, kernel, timeout = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
client = NotebookClient(
    notebook,
    kernel_name=kernel,
    timeout=int(timeout) or None,
    startup_timeout=120,
    record_timing=False,
    resources={"metadata": {"path": os.path.dirname(os.path.abspath(source))}},
)
code = 0
try:
    client.execute()
except CellExecutionError:
    code = 1
finally:
    nbformat.write(notebook, output)
sys.exit(code)
