// Starts Pyodide, mounts folders, and calls one function of inside.py: see `call` in run.py.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const task = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(path.join(task.pyodide, 'pyodide.mjs')));

const python = await loadPyodide({
  env: task.env, ...(task.stdlib ? { stdLibURL: task.stdlib } : {}),
});
for (const [folder, where] of task.mounts) {
  python.FS.mkdirTree(where);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, where);
}
python.FS.chdir(task.cwd);
python.pyimport('sys').path.append(fileURLToPath(new URL('.', import.meta.url)));
const inside = python.pyimport('inside');
process.exit(inside[task.function](...task.arguments.map((value) => python.toPy(value))));
