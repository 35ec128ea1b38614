// Loaded into a measured process before its own code: tells what it has used when the bench asks, and does nothing else.
process.on("message", (message) => {
  if (message?.ask !== "usage") return;
  if (message.collect) for (let turn = 0; turn < 4; turn += 1) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss, external } = process.memoryUsage();
  process.send?.({ usage: { cpuMs: (user + system) / 1000, heapUsed, rss, external } });
});
// The bench is gone, however it went.
process.once("disconnect", () => process.exit());
process.channel?.unref();
