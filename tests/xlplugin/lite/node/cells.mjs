// xlwings Lite as far as it goes without Excel: Pyodide in Node, the wheels of a folder, xlwings' own dispatch of a cell's call.
// Reads {pyodide, wheels, calls [[function, arguments]], license, main} on standard input and prints what inside.py answers.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(0, "utf8"));
const { loadPyodide } = await import(pathToFileURL(join(job.pyodide, "pyodide.mjs")));
const python = await loadPyodide({
  env: { HOME: "/home/pyodide", XLWINGS_ON_SERVER: "true", XLWINGS_LICENSE_KEY: job.license },
  stdout: (line) => process.stderr.write(line + "\n"),
});
python.FS.mkdirTree("/wheels");
for (const name of readdirSync(job.wheels)) python.FS.writeFile("/wheels/" + name, readFileSync(join(job.wheels, name)));
python.globals.set("job_text", JSON.stringify(job));
try {
  console.log(await python.runPythonAsync(readFileSync(new URL("inside.py", import.meta.url), "utf8")));
} catch (problem) { // the traceback alone, not Pyodide's source
  console.error(problem.message);
  process.exitCode = 1;
}
