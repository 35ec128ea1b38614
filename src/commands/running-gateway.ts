import { userInfo } from "node:os";
import { type ConfigSource, controlClient, startCommand } from "../cli/index.js";
import { configured } from "./configuration.js";

/** The folder of the databases. @throws Error with a sentence where the configuration cannot be read. */
export async function dataOf(source: ConfigSource): Promise<string> {
  if (source.kind === "demo") return source.dataDir;
  const read = await configured(source);
  if (!read.ok) throw new Error(read.sentence);
  return read.value.data;
}

/** The running gateway of that configuration, to be asked. @throws Error as `dataOf`. */
export async function client(source: ConfigSource): Promise<ReturnType<typeof controlClient>> {
  return controlClient(await dataOf(source), startCommand(source));
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
