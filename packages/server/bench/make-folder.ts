// Makes a data folder. Arguments: how many keys, and people with an account each. Prints JSON {dataDir, keys, ids}: keys
// are a sample.
import { seedKeys } from './seed.ts';

const [keys = '1', people = '1'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await seedKeys(Number(keys), Number(people)))}\n`);
