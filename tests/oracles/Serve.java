// Serves the official Java SDK on the class path: a request a line, an answer a line.

import com.ecommpay.sdk.Callback;
import com.ecommpay.sdk.ProcessException;
import com.ecommpay.sdk.SignatureHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

public class Serve {
    static class Recorder extends SignatureHandler {
        String expected;

        Recorder(String secret) {
            super(secret);
        }

        @Override
        public boolean check(String signature, Map<String, Object> params) {
            expected = sign(params);
            return super.check(signature, params);
        }
    }

    static Map<String, Object> answerTo(Map<?, ?> request) throws ProcessException {
        Recorder handler = new Recorder((String) request.get("secret"));
        boolean accepted = true;
        try {
            new Callback((String) request.get("body"), handler);
        } catch (ProcessException refusal) {
            if (handler.expected == null) {
                throw refusal;
            }
            accepted = false;
        }
        Map<String, Object> answer = new HashMap<>();
        answer.put("accepted", accepted);
        answer.put("expected", handler.expected);
        return answer;
    }

    public static void main(String[] arguments) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, true, "UTF-8");
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            Map<String, Object> answer = new HashMap<>();
            try {
                answer = answerTo(mapper.readValue(line, Map.class));
            } catch (Exception problem) {
                answer.put("error", String.valueOf(problem));
            }
            answers.println(mapper.writeValueAsString(answer));
        }
    }
}
