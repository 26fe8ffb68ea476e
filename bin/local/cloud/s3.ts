/**
 * Amazon S3, as far as a versioned bucket that is only added to needs it: PutObject (also on condition that there is
 * none), GetObject (also of a version), and the lists of objects and of versions; by path (`/bucket/key`). Nothing can
 * be removed. The library that is the queues here has an S3 too, but neither versions nor conditions.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { iso, type Instant } from './clock.ts';
import { type Assembly, only, refuse, type Resource } from './template.ts';
import { type Wire, bodyOf, callerOf, closeServer } from './wire.ts';

export interface S3 {
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface S3Options {
  readonly wire: Wire;
  readonly assembly: Pick<Assembly, 'ofType'>;
  now(): Instant;
}

interface Version {
  readonly id: string;
  readonly at: Instant;
  readonly body: string;
  readonly type: string;
}
/** Versions by key, the oldest first. */
type Bucket = Map<string, Version[]>;

/** An error as S3 answers it. */
class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const MOST_KEYS = 1000;

const escape = (text: string) =>
  text.replace(/[<>&"]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[sign] ?? sign);
const element = (name: string, content: string) => `<${name}>${content}</${name}>`;
const fields = (content: Readonly<Record<string, string | number | boolean | undefined>>) =>
  Object.entries(content)
    .flatMap(([name, value]) => (value === undefined ? [] : [element(name, escape(String(value)))]))
    .join('');
const etagOf = ({ body }: Version) => `"${createHash('md5').update(body).digest('hex')}"`;
const described = (key: string, version: Version) => ({
  Key: key,
  LastModified: iso(version.at),
  ETag: etagOf(version),
  Size: Buffer.byteLength(version.body),
  StorageClass: 'STANDARD',
});

/** Starts S3 on the wire. Throws for a bucket that is not versioned: what is put would hide what was there. */
export async function startS3({ wire, assembly, now }: S3Options): Promise<S3> {
  const buckets = new Map(assembly.ofType('AWS::S3::Bucket').map((bucket) => [bucket.name, bucketOf(bucket)]));
  let versions = 0;

  function bucketNamed(name: string): Bucket {
    const bucket = buckets.get(name);
    if (!bucket) throw new S3Error(404, 'NoSuchBucket', `The specified bucket does not exist: ${name}`);
    return bucket;
  }

  function put(bucket: Bucket, key: string, { headers }: IncomingMessage, body: string): Answer {
    const there = bucket.get(key) ?? [];
    if (headers['if-none-match'] === '*' && there.length > 0)
      throw new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
    const type = headers['content-type'] ?? 'binary/octet-stream';
    const version = { id: `v${String(++versions).padStart(10, '0')}`, at: now(), body, type };
    bucket.set(key, [...there, version]);
    return { headers: { etag: etagOf(version), 'x-amz-version-id': version.id } };
  }

  function get(bucket: Bucket, key: string, id: string | null): Answer {
    const there = bucket.get(key) ?? [];
    const version = id === null ? there.at(-1) : there.find((each) => each.id === id);
    if (!version)
      throw new S3Error(
        404,
        id === null ? 'NoSuchKey' : 'NoSuchVersion',
        `The specified object does not exist: ${key}`,
      );
    const headers = {
      'content-type': version.type,
      etag: etagOf(version),
      'last-modified': new Date(version.at).toUTCString(),
      'x-amz-version-id': version.id,
    };
    return { headers, body: version.body };
  }

  /** What comes next of a list in its order, and whether there is more. */
  function pageOf<T>(items: readonly T[], query: URLSearchParams): { page: readonly T[]; most: number; more: boolean } {
    const most = Math.min(MOST_KEYS, Number(query.get('max-keys') ?? MOST_KEYS));
    return { page: items.slice(0, most), most, more: items.length > most };
  }
  const keysOf = (bucket: Bucket, prefix: string) =>
    [...bucket.keys()].filter((key) => key.startsWith(prefix)).toSorted((a, b) => (a < b ? -1 : 1));

  function listObjects(name: string, query: URLSearchParams): Answer {
    const bucket = bucketNamed(name);
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const { page, most, more } = pageOf(
      keysOf(bucket, prefix).filter((key) => key > after),
      query,
    );
    const contents = page.flatMap((key) => {
      const latest = bucket.get(key)?.at(-1);
      return latest ? [element('Contents', fields(described(key, latest)))] : [];
    });
    const head = fields({
      Name: name,
      Prefix: prefix,
      KeyCount: page.length,
      MaxKeys: most,
      IsTruncated: more,
      NextContinuationToken: more ? page.at(-1) : undefined,
    });
    return { body: element('ListBucketResult', head + contents.join('')) };
  }

  /** Of one key the newest first. */
  function listVersions(name: string, query: URLSearchParams): Answer {
    const bucket = bucketNamed(name);
    const prefix = query.get('prefix') ?? '';
    const [keyMarker, versionMarker] = [query.get('key-marker') ?? '', query.get('version-id-marker')];
    const all = keysOf(bucket, prefix).flatMap((key) =>
      (bucket.get(key) ?? []).toReversed().map((version, at) => ({ key, version, latest: at === 0 })),
    );
    const passed = all.findIndex(({ key, version }) => key === keyMarker && version.id === versionMarker);
    const { page, most, more } = pageOf(
      passed >= 0 ? all.slice(passed + 1) : all.filter(({ key }) => key > keyMarker),
      query,
    );
    const last = page.at(-1);
    const head = fields({
      Name: name,
      Prefix: prefix,
      KeyMarker: keyMarker,
      MaxKeys: most,
      IsTruncated: more,
      NextKeyMarker: more ? last?.key : undefined,
      NextVersionIdMarker: more ? last?.version.id : undefined,
    });
    const listed = page.map(({ key, version, latest }) =>
      element('Version', fields({ VersionId: version.id, IsLatest: latest, ...described(key, version) })),
    );
    return { body: element('ListVersionsResult', head + listed.join('')) };
  }

  function answerTo(request: IncomingMessage, body: string): Answer {
    const { action, bucket, key, query } = askedOf(request);
    const caller = callerOf(request);
    wire.count(caller, `S3.${action}`);
    const refusal = wire.refusal(caller, `S3.${action}`);
    if (refusal !== undefined) throw new S3Error(403, 'AccessDenied', refusal);
    switch (action) {
      case 'PutObject':
        return put(bucketNamed(bucket), key, request, body);
      case 'GetObject':
      case 'GetObjectVersion':
        return get(bucketNamed(bucket), key, query.get('versionId'));
      case 'ListObjectsV2':
        return listObjects(bucket, query);
      case 'ListObjectVersions':
        return listVersions(bucket, query);
      default:
        throw new S3Error(501, 'NotImplemented', `S3 on this machine does not know ${action}`);
    }
  }

  const server = createServer((request, response) => {
    const say = ({ status = 200, headers = {}, body = '' }: Answer) => {
      response.statusCode = status;
      response.setHeader('content-type', 'application/xml');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.end(body);
    };
    bodyOf(request).then(
      (body) => {
        try {
          say(answerTo(request, body));
        } catch (error) {
          const [status, code] = error instanceof S3Error ? [error.status, error.code] : [500, 'InternalError'];
          say({ status, body: element('Error', fields({ Code: code, Message: (error as Error).message })) });
        }
      },
      // A request that broke off has nobody to be told.
      () => response.destroy(),
    );
  });
  const endpoint = await wire.listen(server);
  return { endpoint, close: () => closeServer(server) };
}

/** What a request asks for, by its method and path; a read of a version has a permission, and so a name, of its own. */
function askedOf({ method = '', url = '' }: IncomingMessage) {
  const { pathname, searchParams: query } = new URL(url, 'http://s3');
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(pathname)) ?? [];
  return { action: actionOf(method, key, query), bucket, key, query };
}

function actionOf(method: string, key: string, query: URLSearchParams): string {
  if (method === 'PUT' && key !== '') return 'PutObject';
  if (method === 'GET' && key !== '') return query.has('versionId') ? 'GetObjectVersion' : 'GetObject';
  if (method === 'GET' && query.has('versions')) return 'ListObjectVersions';
  if (method === 'GET' && query.get('list-type') === '2') return 'ListObjectsV2';
  return `${method} of ${key === '' ? 'a bucket' : 'an object'}`;
}

function bucketOf(resource: Resource): Bucket {
  const { Status } = only(resource, 'VersioningConfiguration', resource.properties['VersioningConfiguration'] ?? {}, [
    'Status',
  ]);
  if (Status !== 'Enabled') refuse(resource, 'a bucket without versions');
  return new Map();
}
