import type { LayerContents } from './layer-contents.ts';
import { LayerReader, type ReadingTools } from './layer-reader.ts';
import { type LayerSource, type LayerStreamOptions, streamLayer } from './layer-stream.ts';
import { type TarSink, TarWalker } from './tar-walker.ts';

/**
 * Reads a layer in one pass.
 *
 * @param isBase whether no layer lies below it
 * @throws SuiteError as {@link streamLayer}
 */
export async function readLayer(
  source: LayerSource,
  isBase: boolean,
  tools: ReadingTools,
  options: LayerStreamOptions,
): Promise<LayerContents> {
  const reader = new LayerReader(isBase, tools);
  try {
    const uncompressedSize = await walkLayer(source, reader, options);
    const { descriptor, diffId } = source;
    const { files, tree, findings, hardLinks, read, passedOver } = reader;
    const { digest, size } = descriptor;
    const summary = { digest, diffId, size, uncompressedSize, files };
    return { summary, tree, findings, hardLinks, read, passedOver };
  } finally {
    reader.close();
  }
}

/** Streams a layer and shows its entries to a sink; returns the bytes of its tar. */
export async function walkLayer(
  source: LayerSource,
  sink: TarSink,
  options: LayerStreamOptions,
): Promise<number> {
  const walker = new TarWalker(source.what, sink);
  const waitAndResume = async (): Promise<void> => {
    while (sink.waiting !== undefined) {
      await sink.waiting;
      walker.resume();
    }
  };
  const size = await streamLayer(
    source,
    (chunk) => {
      walker.push(chunk);
      return sink.waiting === undefined ? undefined : waitAndResume();
    },
    options,
  );
  walker.finish();
  return size;
}
