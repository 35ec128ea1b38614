import { parentPort, workerData } from "node:worker_threads";
import { verifyAudit } from "./audit-verify.js";
import type { VerifierData } from "./spawn-thread.js";

/** The thread that verifies the record beside the one that writes it; nothing waits for it but whoever asked. */
const { folder, keys, head } = workerData as VerifierData;
parentPort?.postMessage(await verifyAudit(folder, keys, head));
