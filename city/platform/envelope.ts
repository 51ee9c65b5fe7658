/**
 * The names of an envelope in the order in which a site writes them. The database keeps a body by its meaning and not by its order,
 * and a receiver that reads frames looks for `$DA` before what it frames.
 */
const order: readonly string[] = [
  ...[
    'svcTy',
    'hdCnt',
    'dtCnt',
    'apSeq',
    'cmnMtd',
    'sendCd',
    'rcvCd',
    'encAt',
    'tranTy',
    'rrKey',
    'reqDate',
    'bodyLen',
  ],
  ...['sysCd', 'tranSysHis', 'Body'],
  ...[
    'startTag',
    'endTag',
    'finishTag',
    'evtId',
    'evtNm',
    'evtGrad',
    'ocrNbr',
    'ocrSts',
    'ocrLc',
    'ocrPlc',
    'ocrEvtCn',
  ],
  ...['ocrEvtTime', 'ocrEvtSts', 'ocrEvtUsr', 'ocrEvtEndTime', 'ocrEvtItemCnt', 'ocrEvtItem', 'ocrEvtDtl'],
  // Within these.
  ...[
    'apCurrent',
    'apTotal',
    'crdntX',
    'crdntY',
    'crdntZ',
    'ocrEvtStsCd',
    'ocrEvtStsDtl',
    'ocrEvtUsrId',
    'ocrEvtUsrNm',
  ],
  ...['ocrEvtDtlCd', 'ocrEvtDtlCdDtl'],
];
const places = new Map(order.map((name, place) => [name, place]));

/** The same in that order; names that are not among them stay as they came, behind the others. Pure. */
export function inOrder(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const place = (name: string) => places.get(name) ?? order.length;
  const names = Object.keys(body).sort((a, b) => place(a) - place(b));
  return Object.fromEntries(names.map((name) => [name, within(body[name])]));
}

function within(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? inOrder(value as Record<string, unknown>)
    : value;
}
