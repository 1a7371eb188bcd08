// Makes a data folder with N keys. Prints JSON {dataDir, key}.
import { seedKeys } from './seed.ts';

const { dataDir, keys } = await seedKeys(Number(process.argv[2]));
process.stdout.write(`${JSON.stringify({ dataDir, key: keys[0] })}\n`);
