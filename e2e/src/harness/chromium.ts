import { constants } from 'node:fs';
import { access, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { madeOnce } from './made-once.ts';
import { mustRun, run } from './program.ts';

export interface Chromium {
  executablePath: string;
  env: NodeJS.ProcessEnv;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`;

/** A Chromium on the PATH, else the one of an npm package, with the libraries and fonts that a bare machine lacks. */
export async function findChromium(): Promise<Chromium> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const executablePath = join(folder, name);
      if (await isExecutable(executablePath)) return { executablePath, env: {} };
    }
  }
  return packagedChromium();
}

async function packagedChromium(): Promise<Chromium> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = await madeOnce(`chromium-${version}`, (target) =>
    unpack(join(dirname(entry), '..', 'bin'), target),
  );
  const executablePath = join(folder, 'chromium');
  const fonts = { FONTCONFIG_PATH: join(folder, 'fonts') };
  const { code } = await run(executablePath, ['--version']);
  // The loader ends it with 127 where libnss3 and its kin are missing.
  return { executablePath, env: code === 127 ? { ...fonts, LD_LIBRARY_PATH: join(folder, 'lib') } : fonts };
}

async function unpack(from: string, target: string): Promise<void> {
  await writeFile(join(target, 'chromium'), await decompressed(join(from, 'chromium.br')));
  await chmod(join(target, 'chromium'), 0o755);
  // The first archive holds fonts/, the second lib/, the third bare libraries that lie beside the program.
  for (const [name, folder] of [
    ['fonts', 'fonts'],
    ['al2023', ''],
    ['swiftshader', ''],
  ] as const) {
    const archive = join(target, `${name}.tar`);
    await writeFile(archive, await decompressed(join(from, `${name}.tar.br`)));
    await mkdir(join(target, folder), { recursive: true });
    await mustRun('tar', ['-xf', archive, '-C', join(target, folder)]);
    await rm(archive);
  }
  // The package's own file names a folder in /tmp.
  await writeFile(join(target, 'fonts', 'fonts.conf'), FONTS);
}

const decompressed = async (file: string) => promisify(brotliDecompress)(await readFile(file));

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
