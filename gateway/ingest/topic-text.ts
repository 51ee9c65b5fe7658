import { type AgentTopic, topics } from '../../contract/topics.ts';

/** The topic as it stood on the wire. */
export function topicText(topic: AgentTopic): string {
  switch (topic.kind) {
    case 'birth':
    case 'readings':
    case 'diagnosis':
      return topics[topic.kind](topic.site, topic.agent, topic.device);
    case 'result':
      return topics.commandResult(topic.site, topic.agent);
    default:
      return topics[topic.kind](topic.site, topic.agent);
  }
}
