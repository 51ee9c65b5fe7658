/** What there is to pull, after DCAT 3. `base`: of this city. Pure. */
export function catalogue(base: string) {
  return {
    '@context': { dcat: 'http://www.w3.org/ns/dcat#', dct: 'http://purl.org/dc/terms/' },
    '@type': 'dcat:Catalog',
    'dct:title': both('주차와 건물 안전', 'Parking and building safety'),
    'dcat:dataset': kinds.map(({ id, ko, en, everyS, forms }) => ({
      '@type': 'dcat:Dataset',
      'dct:identifier': id,
      'dct:title': both(ko, en),
      'dct:accrualPeriodicity': everyS === null ? 'R/P1D' : `R/PT${everyS}S`,
      'dcat:distribution': forms.map(([path, mediaType, conformsTo]) => ({
        '@type': 'dcat:Distribution',
        'dcat:accessURL': `${base}${path}`,
        'dcat:mediaType': mediaType,
        ...(conformsTo === undefined ? {} : { 'dct:conformsTo': conformsTo }),
        'dct:accessRights': path.startsWith('/ngsi-ld/') ? 'RESTRICTED' : 'PUBLIC',
      })),
    })),
  };
}

const both = (ko: string, en: string) => [
  { '@language': 'ko', '@value': ko },
  { '@language': 'en', '@value': en },
];

type Form = readonly [path: string, mediaType: string, conformsTo?: string];
type Kind = {
  readonly id: string;
  readonly ko: string;
  readonly en: string;
  /** How often it changes, seconds; null: by hand. */
  readonly everyS: number | null;
  readonly forms: readonly Form[];
};

const ngsiLd = 'ETSI GS CIM 009 V1.9.1';
const entities = (type: string): Form => [`/ngsi-ld/v1/entities?type=${type}`, 'application/ld+json', ngsiLd];

const kinds: readonly Kind[] = [
  {
    ...{ id: 'lots', ko: '실시간 주차장', en: 'Lots now', everyS: 5 },
    forms: [
      ['/feeds/lots.json', 'application/json'],
      ['/feeds/lots.geojson', 'application/geo+json', 'RFC 7946'],
      entities('OffStreetParking,OnStreetParking'),
    ],
  },
  {
    ...{ id: 'alerts', ko: '시설 경보(자체)', en: 'Public alerts of facilities', everyS: 5 },
    forms: [['/feeds/cap.atom', 'application/atom+xml', 'urn:oasis:names:tc:emergency:cap:1.2'], entities('Alert')],
  },
  {
    ...{ id: 'facilities', ko: '시설과 장치 상태', en: 'Buildings and devices', everyS: 5 },
    forms: [entities('Building,Device')],
  },
  {
    ...{ id: 'kpi', ko: '지역별 지표', en: 'Key figures by district', everyS: 5 },
    forms: [['/feeds/kpi.json', 'application/json']],
  },
  {
    ...{ id: 'standard-parking', ko: '전국주차장정보표준데이터', en: 'Standard list of lots', everyS: null },
    forms: [
      ['/feeds/standard/parking.csv', 'text/csv'],
      ['/feeds/standard/parking.json', 'application/json'],
    ],
  },
  {
    ...{
      id: 'standard-resident',
      ko: '전국거주자우선주차정보표준데이터',
      en: "Standard list of residents' spaces",
      everyS: null,
    },
    forms: [
      ['/feeds/standard/resident.csv', 'text/csv'],
      ['/feeds/standard/resident.json', 'application/json'],
    ],
  },
];
