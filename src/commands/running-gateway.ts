import { userInfo } from "node:os";
import { type ConfigSource, controlClient, startCommand } from "../cli/index.js";
import { describeProblems, readDataFolder } from "../config/index.js";

/** The folder of the databases. @throws Error with a sentence where that cannot be told. */
export function dataOf(source: ConfigSource): string {
  if (source.kind === "demo") return source.dataDir;
  const result = readDataFolder(source.path);
  if (!result.ok) throw new Error(describeProblems(result.problems));
  return result.data;
}

/** The running gateway of that configuration, to be asked. @throws Error as `dataOf`. */
export function client(source: ConfigSource): ReturnType<typeof controlClient> {
  return controlClient(dataOf(source), startCommand(source));
}

/** Who runs this command. Behind `sudo` it is the service's own user, and who asked for that says more. */
export function who(): string {
  const { SUDO_USER: behind } = process.env;
  const name = ((): string => {
    try {
      return userInfo().username;
    } catch {
      // A user id without a name, as in a container.
      return String(process.getuid?.() ?? "unknown");
    }
  })();
  return behind === undefined ? name : `${name} (sudo by ${behind})`;
}
