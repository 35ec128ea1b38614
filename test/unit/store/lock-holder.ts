/**
 * A program of its own that holds a database: `lock-holder.ts <file>`. It prints `held` once it does, and lets go at
 * the first byte of its input.
 */
import Database from "libsql";

const database = new Database(process.argv[2] ?? "", { timeout: 5000 });
database.exec("BEGIN EXCLUSIVE");
process.stdout.write("held\n");
process.stdin.once("data", () => {
  database.exec("COMMIT");
  database.close();
  process.stdout.write("free\n");
  process.exit();
});
