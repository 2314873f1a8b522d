<?php
// Serves the official PHP SDK in the folder given: a request a line, an answer a line.

ini_set('precision', 14);
ini_set('display_errors', 'stderr');
spl_autoload_register(function (string $name): void {
    $file = $GLOBALS['argv'][1] . '/src/' . strtr(substr($name, strlen('ecommpay\\')), '\\', '/') . '.php';
    if (is_file($file)) {
        require $file;
    }
});

class Recorder extends ecommpay\SignatureHandler
{
    public $expected;

    public function check(array $params, $signature): bool
    {
        $this->expected = $this->sign($params);
        return parent::check($params, $signature);
    }
}

// Where the class is has changed between versions of the SDK.
$callback = class_exists('ecommpay\Callback') ? 'ecommpay\Callback' : 'ecommpay\callback\Callback';

while (($line = fgets(STDIN)) !== false) {
    try {
        $request = json_decode($line, true);
        $handler = new Recorder($request['secret']);
        try {
            new $callback($request['body'], $handler);
            $accepted = true;
        } catch (ecommpay\exception\ProcessException $refusal) {
            if ($handler->expected === null) {
                throw $refusal;
            }
            $accepted = false;
        }
        $answer = ['accepted' => $accepted, 'expected' => $handler->expected];
    } catch (Throwable $error) {
        $answer = ['error' => $error->getMessage()];
    }
    echo json_encode($answer), "\n";
}
