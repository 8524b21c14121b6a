/** Files of tensors as text for a terminal. */
import type { FileSummary } from "../weights/mod.ts";

const NETWORKS = { text: "text tower", vision: "vision tower", unet: "UNet", vae: "autoencoder" };

/** A file in a few lines, and every tensor of it where `all`. */
export function describeFile(file: FileSummary, all: boolean): string {
  const types = Object.entries(file.byType).map(([type, n]) => `${type} ${million(n)}`);
  const networks = Object.entries(file.byNetwork)
    .map(([tower, n]) => `${NETWORKS[tower as keyof typeof NETWORKS]} ${million(n)}`);
  const metadata = Object.entries(file.metadata).map(([key, value]) => `${key}=${value}`);
  return [
    `${file.path}  (${(file.bytes / 1e6).toFixed(1)} MB)`,
    `  ${file.tensors.length} tensors; numbers by type: ${types.join(", ") || "none"}`,
    `  parameters by network: ${networks.join(", ") || "none"}`,
    ...(metadata.length > 0 ? [`  metadata: ${metadata.join(", ")}`] : []),
    ...(all ? ["", ...tensorTable(file)] : []),
    "",
  ].join("\n");
}

function tensorTable({ tensors }: FileSummary): string[] {
  const rows = [
    ["tensor", "type", "shape", "numbers"],
    ...tensors.map(({ name, dtype, shape, numbers }) => [
      name,
      dtype,
      `[${shape.join(", ")}]`,
      String(numbers),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((c) => Math.max(...rows.map((row) => row[c]!.length)));
  return rows.map((row) =>
    row.map((cell, c) => c === 3 ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)).join("  ")
  );
}

function million(n: number): string {
  return n >= 1e5 ? `${(n / 1e6).toFixed(1)} M` : String(n);
}
