// Makes a data folder with N keys. Prints JSON {dataDir, keys, ids}: keys are a sample.
import { seedKeys } from './seed.ts';

process.stdout.write(`${JSON.stringify(await seedKeys(Number(process.argv[2])))}\n`);
