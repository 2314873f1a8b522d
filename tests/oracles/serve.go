// Serves the official Go SDK, compiled into one program with it: a request a line, an answer a line.

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

type request struct {
	Body   string `json:"body"`
	Secret string `json:"secret"`
}

func answerTo(line []byte) (answer map[string]interface{}) {
	defer func() {
		if problem := recover(); problem != nil {
			answer = map[string]interface{}{"error": fmt.Sprint(problem)}
		}
	}()
	asked := request{}
	if problem := json.Unmarshal(line, &asked); problem != nil {
		panic(problem)
	}
	handler := NewSignatureHandler(asked.Secret)
	callback, refusal := NewCallback(*handler, asked.Body)
	if callback.signature == "" {
		panic(refusal)
	}
	// What is left of the data is what it has verified.
	return map[string]interface{}{
		"accepted": refusal == nil,
		"expected": handler.Sign(callback.parsedData),
	}
}

func main() {
	reader := bufio.NewReader(os.Stdin)
	for {
		line, problem := reader.ReadBytes('\n')
		if problem == io.EOF {
			return
		}
		answer, _ := json.Marshal(answerTo(line))
		fmt.Println(string(answer))
	}
}
