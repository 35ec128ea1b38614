import { resolve } from "node:path";
import { defineConfig } from "vite";
import { precompress } from "./precompress.js";

const room = resolve(import.meta.dirname, "..");

/** The page, and beside it `assets/phone-reader.js`: the drawn phone's reader alone, for a test to import in a browser. */
export default defineConfig({
  root: room,
  base: "./",
  publicDir: false,
  logLevel: "warn",
  plugins: [precompress()],
  build: {
    outDir: resolve(room, "../../dist/web"),
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: resolve(room, "index.html"), "phone-reader": resolve(room, "phone/readers.ts") },
      preserveEntrySignatures: "exports-only",
      output: {
        entryFileNames: (chunk) => (chunk.name === "phone-reader" ? "assets/[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
