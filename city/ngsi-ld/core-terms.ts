/**
 * The terms that the NGSI-LD core context v1.9 (ETSI GS CIM 009 V1.9.1, annex B) defines. It is protected and comes last, so
 * a name in here means what the core says, whatever another context says of it.
 */
export const coreContextUrl = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';

const names = `
  Attribute AttributeList ContextSourceIdentity ContextSourceNotification ContextSourceRegistration Date DateTime EntityMap
  EntityType EntityTypeInfo EntityTypeList ExecutionResultDetails Feature FeatureCollection GeoProperty GeometryCollection
  JsonProperty LanguageProperty LineString ListProperty ListRelationship MultiLineString MultiPoint MultiPolygon Notification
  Point Polygon Property Relationship Snapshot SnapshotNotification Subscription TemporalProperty Time VocabProperty
  accept aggrMethods aggrParams aggrPeriodDuration attributeCount attributeDetails attributeList attributeName attributeNames
  attributeTypes attributes attrs avg bbox cacheDuration collation containedBy contextSourceAlias contextSourceExtras
  contextSourceInfo contextSourceTimeAt contextSourceUptime cooldown coordinates createdAt csf data dataset datasetId deletedAt
  description detail distinctCount endAt endTimeAt endpoint entities entity entityCount entityId entityList entityMap
  entityMapLifetime error errors expandValues expiresAt features format geoQ geojson geometry geoproperty georel id idPattern
  information instanceId isActive join joinLevel json jsonKeys jsonldContext jsons key lang langString languageMap
  languageMaps lastFailure lastN lastNotification lastSuccess lastUsedAt linkedMaps localOnly location management
  managementInterval max min mode modifiedAt ngsi-ld ngsildConformance ngsildproof notUpdated notification
  notificationTrigger notifiedAt notifierInfo object objectList objectLists objectType objects observationInterval
  observationSpace observedAt omit operationSpace operations orderBy ordering pick previousJson previousLanguageMap
  previousObject previousObjectList previousValue previousValueList previousVocab problemDetails properties propertyNames q
  reason receiverInfo refreshRate registrationId registrationName relationshipNames resultStatus scope scopeQ showChanges
  snapshotId snapshotLifetime snapshotPriority snapshotQueries snapshotQueriesDetails snapshotStatus snapshotTemporalQueries
  snapshotTemporalQueriesDetails splitEntities startAt status stddev subscriptionId subscriptionName success sum sumsq
  sysAttrs temporalQ tenant throttling timeAt timeInterval timeout timeproperty timerel timesFailed timesSent title
  totalCount triggerReason type typeList typeName typeNames unchanged unitCode updated uri value valueList valueLists
  valueType values vocab vocabs watchedAttributes`;

export const coreTerms: ReadonlySet<string> = new Set(names.trim().split(/\s+/));

/** What attributes of an entity may be called by the core itself, and their IRIs. */
export const coreAttributes: { readonly [name: string]: string } = {
  location: 'https://uri.etsi.org/ngsi-ld/location',
  status: 'https://uri.etsi.org/ngsi-ld/status',
  data: 'https://uri.etsi.org/ngsi-ld/data',
  description: 'http://purl.org/dc/terms/description',
};
