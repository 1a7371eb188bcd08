export interface KeyLine {
  id: 'curl' | 'cli' | 'python' | 'typescript';
  label: string;
  /** What to have before the lines work. */
  needs: string;
  code: string;
}

/** Lines that hold the key and run code on a machine, ready to paste. `origin` is the server's, without a slash. */
export function keyLines(key: string, origin: string): KeyLine[] {
  return [
    {
      id: 'curl',
      label: 'curl',
      needs: 'The first call proves the key, the others run code.',
      code: [
        `curl -sS ${origin}/v1/users/me \\`,
        `  -H 'X-API-Key: ${key}'`,
        '',
        `SESSION=$(curl -sS ${origin}/v1/sessions/session \\`,
        `  --json '{"api_key":"${key}"}' \\`,
        `  | grep -o '"session_id": *"[^"]*' | cut -d'"' -f4)`,
        `curl -sS ${origin}/execute \\`,
        `  -H 'X-API-Key: ${key}' \\`,
        `  --json "{\\"session_id\\":\\"$SESSION\\",\\"language\\":\\"bash\\",\\"command\\":\\"uname -a\\"}"`,
      ].join('\n'),
    },
    {
      id: 'cli',
      label: 'CLI',
      needs: 'In the folder of this server. The variables last as long as the terminal.',
      code: [
        `export INSTAVM_API_KEY='${key}'`,
        `export INSTAVM_BASE_URL='${origin}'`,
        'npm run -s instavm -- whoami',
        "npm run -s instavm -- exec --language bash --cmd 'uname -a'",
      ].join('\n'),
    },
    {
      id: 'python',
      label: 'Python',
      needs: 'Install once: pip install instavm',
      code: [
        'from instavm import InstaVM',
        '',
        `client = InstaVM("${key}", base_url="${origin}")`,
        'print(client.execute("import platform; print(platform.platform())")["stdout"])',
        'client.close_session()',
      ].join('\n'),
    },
    {
      id: 'typescript',
      label: 'TypeScript',
      needs: 'With the SDK in packages/sdk of this server.',
      code: [
        "import { InstaVM } from '@instavm/sdk';",
        '',
        `const client = new InstaVM('${key}', { baseUrl: '${origin}' });`,
        "const { stdout } = await client.execute('uname -a', { language: 'bash' });",
        'console.log(stdout);',
        'await client.close();',
      ].join('\n'),
    },
  ];
}

/** Stores the key for good, off the shell's history: the tool asks for it, hidden. */
export function storeLine(origin: string): string {
  return `npm run -s instavm -- auth set-key --base-url ${origin}`;
}
