package portal

// Sentence is an entry of the table; two empty texts when there is none.
func Sentence(key string) (fr, en string) { return sentences[key].fr, sentences[key].en }
